"""The servers that stores run on in production: where they are, and how each is started for one Myriad alone."""
