"""The agent host: holds awake agents and says what each of them knows about a question."""
