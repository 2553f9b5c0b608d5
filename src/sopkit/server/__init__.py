"""Servers that other programs talk to: what they answer is worked out below, here it is put into their words."""
