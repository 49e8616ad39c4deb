package program

// BaseType is the type of one scalar (QTI 3.0.1 §3.3, "base-type").
type BaseType uint8

// The base types. Numbers are part of the encoding: never renumbered.
const (
	None BaseType = iota // records, and the type of NULL
	Boolean
	Integer
	Float
	String
	Identifier
	URI
	Pair
	DirectedPair
	Point
	Duration
	File
)

// Cardinality says how many scalars a value holds.
type Cardinality uint8

// The cardinalities. Numbers are part of the encoding: never renumbered.
const (
	Single Cardinality = iota
	Multiple
	Ordered
	Record
)

// Scalar is one typed datum. Which fields count depends on Type:
//
//	Boolean              Int is 0 or 1
//	Integer              Int
//	Float                Float
//	Duration             Float, in seconds
//	Point                Int and Y, in pixels
//	Pair, DirectedPair   Text and Second
//	all others           Text
type Scalar struct {
	Type   BaseType
	Int    int64
	Y      int64
	Float  float64
	Text   string
	Second string
}

// Value is what a variable or an expression holds. The zero Value is NULL.
// An empty container and an empty string are NULL too (QTI 3.0.1 §2.11.1): use the
// constructors, which keep to that rule.
type Value struct {
	Card  Cardinality
	Some  bool     // false: NULL
	One   Scalar   // when Card is Single
	Many  []Scalar // when Card is Multiple or Ordered
	Named []Field  // when Card is Record
	// Gap records that a NULL was left out while the container was built; qti-stats-operator
	// is NULL over such a container, all other operators ignore the gap.
	Gap bool
}

// Field is one named scalar of a record.
type Field struct {
	Name  string
	Value Scalar
}

// Null is the value that is no value.
func Null() Value { return Value{} }

// Of wraps a scalar; an empty text is NULL.
func Of(s Scalar) Value {
	switch s.Type {
	case None:
		return Value{}
	case String, Identifier, URI, File:
		if s.Text == "" {
			return Value{}
		}
	}
	return Value{Some: true, One: s}
}

// Bool is a boolean value.
func Bool(b bool) Value {
	s := Scalar{Type: Boolean}
	if b {
		s.Int = 1
	}
	return Value{Some: true, One: s}
}

// Int is an integer value.
func Int(i int64) Value { return Value{Some: true, One: Scalar{Type: Integer, Int: i}} }

// Real is a float value.
func Real(f float64) Value { return Value{Some: true, One: Scalar{Type: Float, Float: f}} }

// Text is a string value; "" is NULL.
func Text(s string) Value { return Of(Scalar{Type: String, Text: s}) }

// Container makes a multiple or ordered value; an empty one is NULL.
func Container(card Cardinality, items []Scalar) Value {
	if len(items) == 0 {
		return Value{Card: card}
	}
	return Value{Card: card, Some: true, Many: items}
}

// RecordOf makes a record; one without fields is NULL.
func RecordOf(fields []Field) Value {
	return Value{Card: Record, Some: len(fields) > 0, Named: fields}
}

// IsNull tells whether v is no value.
func (v Value) IsNull() bool { return !v.Some }

// Scalars lists what v holds: one element for a single, none for NULL or a record.
func (v Value) Scalars() []Scalar {
	switch {
	case !v.Some || v.Card == Record:
		return nil
	case v.Card == Single:
		return []Scalar{v.One}
	}
	return v.Many
}

// Type is the base type of what v holds, None for NULL and for records.
func (v Value) Type() BaseType {
	switch {
	case !v.Some || v.Card == Record:
		return None
	case v.Card == Single:
		return v.One.Type
	}
	return v.Many[0].Type
}

// Numeric tells whether s counts as a number; durations do, in seconds.
func (s Scalar) Numeric() bool { return s.Type == Integer || s.Type == Float || s.Type == Duration }

// Number is s as a float; 0 for what is not numeric.
func (s Scalar) Number() float64 {
	switch s.Type {
	case Integer:
		return float64(s.Int)
	case Float, Duration:
		return s.Float
	}
	return 0
}

// Number is a single numeric value as a float, false where v is NULL or not a number.
func (v Value) Number() (float64, bool) {
	if !v.Some || v.Card != Single || !v.One.Numeric() {
		return 0, false
	}
	return v.One.Number(), true
}

// Truth is a single boolean; false where v is NULL (QTI 3.0.1: a NULL condition is not met).
// Where an author put a number or a word for a boolean, 0 is false and "true" is true.
func (v Value) Truth() bool {
	switch {
	case !v.Some || v.Card != Single:
		return false
	case v.One.Numeric():
		return v.One.Number() != 0
	case v.One.Type == String || v.One.Type == Identifier:
		return v.One.Text == "true"
	}
	return v.One.Type == Boolean && v.One.Int != 0
}
