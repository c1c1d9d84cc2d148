"""Fitting: how the models in `models/` are made of public question sets."""
