package provision

import (
	"slices"

	"pupitre/directory"
)

// set checks that the files belong together and that none is missing. Portals number from 0 or from 1.
type set struct {
	common  setName
	first   string // the file that common comes from
	indexes map[root][]int
	found   *findings
}

// admit takes a file into the set.
func (s *set) admit(n fileName) {
	at := place{file: n.text}
	if s.indexes == nil {
		s.common, s.first, s.indexes = n.setName, n.text, map[root][]int{}
	}
	switch {
	case n.project != s.common.project:
		s.found.refuse("provision.set.project", at, "project", string(n.project), "other", string(s.common.project))
	case n.setName != s.common:
		s.found.refuse("provision.set.mixed", at, "other", s.first)
	case slices.Contains(s.indexes[n.root], n.index):
		s.found.refuse("provision.set.twice", at)
	}
	s.indexes[n.root] = append(s.indexes[n.root], n.index)
}

// complete names the files that are missing.
func (s *set) complete() {
	if s.indexes == nil {
		s.found.refuse("provision.set.empty", place{})
		return
	}
	for _, r := range roots {
		indexes := s.indexes[r]
		if len(indexes) == 0 {
			s.found.refuse("provision.set.missing", place{file: s.common.sibling(r, 0)})
			continue
		}
		slices.Sort(indexes)
		if indexes[0] > 1 {
			s.found.refuse("provision.set.missing", place{file: s.common.sibling(r, 0)})
		}
		for i := 1; i < len(indexes); i++ {
			if indexes[i] > indexes[i-1]+1 {
				s.found.refuse("provision.set.missing", place{file: s.common.sibling(r, indexes[i-1]+1)})
			}
		}
	}
}

// agree holds the set to the project that it is delivered for, and to the name of its archive.
func (s *set) agree(source string, project directory.ProjectID) {
	if s.indexes == nil {
		return
	}
	if project != "" && project != s.common.project {
		s.found.refuse("provision.set.project", place{file: s.first}, "project", string(s.common.project), "other", string(project))
		return
	}
	if n, ok := parseSetName(source); ok && n.project != s.common.project {
		s.found.refuse("provision.set.project", place{file: s.first}, "project", string(s.common.project), "other", string(n.project))
	}
}
