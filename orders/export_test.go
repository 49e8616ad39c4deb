package orders

// What tests outside look at.
var (
	LevelsOf = levelsOf
	Move     = levelled
	Advise   = advise
)
