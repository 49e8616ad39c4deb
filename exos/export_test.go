package exos

import "pupitre/exos/qti"

// ReadManifest lets tests give package metadata directly.
func ReadManifest(data []byte) (title, publisher, level string, err error) {
	m, err := readManifest(data)
	return m.Title, m.Publisher, m.Level, err
}

// ReadSkills is what a package's manifest says of each exercise.
func ReadSkills(data []byte) (map[string][]string, error) {
	m, err := readManifest(data)
	return m.Skills, err
}

// ConcealedSitting is an exercise as it is sent in graded work, before it is answered.
func ConcealedSitting(it *qti.Item, seed Seed) Sitting {
	o := aside(it)
	o.ID, o.Version = "e", it.Version
	s := &Service{}
	out, err := s.sitting(seen{attempt: &Attempt{ID: "a", Exercise: o.ID, Version: o.Version, Seed: seed}}, o)
	if err != nil {
		panic(err) // nothing was answered that could not be read
	}
	out.conceal(o)
	return out
}

// Authored is what a pupil answered to a concealed sitting, as it is kept.
func Authored(it *qti.Item, e Event) Event {
	o := aside(it)
	o.ID = e.Exercise
	return o.authored(e)
}
