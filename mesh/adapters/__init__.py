"""What several components reach over gRPC in the same way."""
