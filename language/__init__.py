"""What is known of languages, for all who read text: words, terms, sentences, typed things."""
