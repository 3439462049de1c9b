"""ODK Collect as a second door: the questionnaire as an XForm, and the OpenRosa addresses it asks for."""
