package classroom

// SkillResult (« compétence ») is what the class made of the exercises that train a skill.
type SkillResult struct {
	Name string
	SkillCell
	Tasks []int // numbers of its exercises
}

// SkillCell is what was earned of what could be: of the exercises that were answered, and marked.
type SkillCell struct {
	Earned, Max float64
	Answered    int
	Of          int // exercises of it in the paper
}

// Share is how much of what was answered is right, 0 to 1.
func (c SkillCell) Share() float64 {
	if c.Max <= 0 {
		return 0
	}
	return min(1, max(0, c.Earned/c.Max))
}

// bySkill adds up rows and columns. What was not answered says nothing of a skill: it is counted, and not held against anybody.
func (r *Results) bySkill() {
	at := map[string]int{}
	for _, t := range r.Tasks {
		for _, name := range t.Skills {
			if _, ok := at[name]; !ok {
				at[name] = len(r.Skills)
				r.Skills = append(r.Skills, SkillResult{Name: name})
			}
			r.Skills[at[name]].Tasks = append(r.Skills[at[name]].Tasks, t.Number)
		}
	}
	for i := range r.Rows {
		row := &r.Rows[i]
		row.Skills = make([]SkillCell, len(r.Skills))
		for j, t := range r.Tasks {
			for _, name := range t.Skills {
				row.Skills[at[name]].add(row.Cells[j])
				r.Skills[at[name]].add(row.Cells[j])
			}
		}
	}
}

func (c *SkillCell) add(cell Cell) {
	if cell.State == NotDrawn {
		return
	}
	c.Of++
	if cell.Tries > 0 && cell.State != Waiting {
		c.Answered++
		c.Earned += min(max(cell.Earned, 0), cell.Max)
		c.Max += cell.Max
	}
}
