"""What Envoy is told: an own Delta ADS server and the builders of every resource."""
