"""`myriad doctor`: looks at a Myriad from outside, as a client would, and says what is wrong in plain words."""
