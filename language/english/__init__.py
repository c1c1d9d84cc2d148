"""What is known of English besides its words: whom `he` stands for, what a sentence states."""
