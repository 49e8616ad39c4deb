package program

// Op is an operator of the expression language.
type Op uint16

// The operators (QTI 3.0.1 §3.5). Numbers are part of the encoding: new ones go at the end.
// Where an operator has numeric attributes, their order in Expr.Nums is given.
const (
	OpNull Op = iota + 1
	OpBaseValue
	OpVariable
	OpDefault
	OpCorrect
	OpMapResponse
	OpMapResponsePoint
	OpMapOutcome    // not in the standard: mapping on an outcome
	OpRandomInteger // min, max, step
	OpRandomFloat   // min, max
	OpMathConstant  // Text: pi, e
	OpMultiple
	OpOrdered
	OpRecord // not in the standard: fields are Args with Op OpFieldOf
	OpFieldOf
	OpContainerSize
	OpIsNull
	OpIndex // n (1 is the first); or a second operand
	OpFieldValue
	OpRandom
	OpMember
	OpDelete
	OpContains
	OpSubstring
	OpNot
	OpAnd
	OpOr
	OpAnyN   // min, max
	OpAtMost // not in the standard ("allN"): max
	OpMatch
	OpStringMatch
	OpPatternMatch
	OpEqual        // tolerance below, tolerance above
	OpEqualRounded // figures
	OpInside
	OpLT
	OpGT
	OpLTE
	OpGTE
	OpDurationLT
	OpDurationGTE
	OpSum
	OpProduct
	OpSubtract
	OpDivide
	OpPower
	OpIntegerDivide
	OpIntegerModulus
	OpTruncate
	OpRound
	OpRoundTo // figures
	OpIntegerToFloat
	OpCustom // Text: class; Value: delimiter; NULL where score does not know it, reported at import
	OpGCD
	OpLCM
	OpMax
	OpMin
	OpMath   // Text: function name
	OpStats  // Text: mean, sampleVariance, sampleSD, popVariance, popSD
	OpRepeat // times
	OpTestVariables
	OpOutcomeMinimum
	OpOutcomeMaximum
	OpNumberCorrect
	OpNumberIncorrect
	OpNumberPresented
	OpNumberResponded
	OpNumberSelected
)
