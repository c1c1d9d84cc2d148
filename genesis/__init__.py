"""Genesis: how documents become agents, and how they are forgotten."""
