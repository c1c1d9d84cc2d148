"""The synthesizer: composes an answer in which every sentence is quoted."""
