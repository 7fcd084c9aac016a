"""Who else is told: referrals, letters and the note."""
