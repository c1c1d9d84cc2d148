"""The orchestrator: how hard to think about a question, and the plan that gets it answered."""
