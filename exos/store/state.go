package store

import (
	"encoding/json"
	"strconv"

	"pupitre/exos/qti/program"
	"pupitre/exos/qti/score"
)

// state is a score.State as a column keeps it. Floats are texts: JSON has no infinity, and an exercise may compute one.
type state score.State

type stateRow struct {
	Attempts int        `json:"n,omitempty"`
	Status   string     `json:"s,omitempty"`
	Seconds  float64    `json:"t,omitempty"`
	Outcomes []valueRow `json:"o,omitempty"`
}

type valueRow struct {
	Identifier string              `json:"id"`
	Card       program.Cardinality `json:"c,omitempty"`
	Some       bool                `json:"v,omitempty"`
	Gap        bool                `json:"g,omitempty"`
	Scalars    []scalarRow         `json:"x,omitempty"`
}

type scalarRow struct {
	Name   string           `json:"k,omitempty"` // of a record's field
	Type   program.BaseType `json:"b"`
	Int    int64            `json:"i,omitempty"`
	Y      int64            `json:"y,omitempty"`
	Float  string           `json:"f,omitempty"`
	Text   string           `json:"a,omitempty"`
	Second string           `json:"z,omitempty"`
}

func (s state) pack() (string, error) {
	row := stateRow{Attempts: s.Attempts, Status: s.Status, Seconds: s.Seconds}
	for _, b := range s.Outcomes {
		v := valueRow{Identifier: b.Identifier, Card: b.Value.Card, Some: b.Value.Some, Gap: b.Value.Gap}
		switch {
		case b.Value.Some && b.Value.Card == program.Single:
			v.Scalars = []scalarRow{scalarOf("", b.Value.One)}
		case b.Value.Card == program.Record:
			for _, f := range b.Value.Named {
				v.Scalars = append(v.Scalars, scalarOf(f.Name, f.Value))
			}
		default:
			for _, x := range b.Value.Many {
				v.Scalars = append(v.Scalars, scalarOf("", x))
			}
		}
		row.Outcomes = append(row.Outcomes, v)
	}
	out, err := json.Marshal(row)
	return string(out), err
}

func scalarOf(name string, s program.Scalar) scalarRow {
	out := scalarRow{Name: name, Type: s.Type, Int: s.Int, Y: s.Y, Text: s.Text, Second: s.Second}
	if s.Float != 0 {
		out.Float = strconv.FormatFloat(s.Float, 'g', -1, 64)
	}
	return out
}

// Scan implements sql.Scanner.
func (s *state) Scan(column any) error {
	var row stateRow
	if err := (unpacked{&row}).Scan(column); err != nil {
		return err
	}
	*s = state{Attempts: row.Attempts, Status: row.Status, Seconds: row.Seconds}
	for _, v := range row.Outcomes {
		value := program.Value{Card: v.Card, Some: v.Some, Gap: v.Gap}
		for _, x := range v.Scalars {
			value = with(value, x)
		}
		s.Outcomes = append(s.Outcomes, score.Binding{Identifier: v.Identifier, Value: value})
	}
	return nil
}

// with puts one stored scalar back where the value's cardinality has it.
func with(v program.Value, x scalarRow) program.Value {
	f, _ := strconv.ParseFloat(x.Float, 64) // "" is zero
	s := program.Scalar{Type: x.Type, Int: x.Int, Y: x.Y, Float: f, Text: x.Text, Second: x.Second}
	switch v.Card {
	case program.Single:
		v.One = s
	case program.Record:
		v.Named = append(v.Named, program.Field{Name: x.Name, Value: s})
	default:
		v.Many = append(v.Many, s)
	}
	return v
}
