"""What is known of English, for all who read text: which words tell nothing."""
