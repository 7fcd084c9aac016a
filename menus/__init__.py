"""What food meets a need: catalogue, suitability, seasoning, weekly plans. No diagnosis."""
