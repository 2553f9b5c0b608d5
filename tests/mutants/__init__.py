"""Mutation testing of the rules: is there a test that fails for each small change of a rule's code?"""
