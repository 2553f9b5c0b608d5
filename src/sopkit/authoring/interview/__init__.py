"""How a team says what it does today: a questionnaire out, a draft of an SOP back in."""
