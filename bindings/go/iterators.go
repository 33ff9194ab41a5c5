//go:build go1.23

package leadline

import "iter"

// All goes through the decisions.
func (d Decisions) All() iter.Seq[Decision] {
	return func(yield func(Decision) bool) {
		for i := 0; i < d.Len(); i++ {
			if !yield(d.At(i)) {
				return
			}
		}
	}
}

// ApplyAll is Apply of what an iterator gives. It is read to its end before anything is applied, so that one that panics
// leaves the engine as it was.
func (e *Engine) ApplyAll(events iter.Seq[Event]) (Decisions, error) {
	var all []Event
	for event := range events {
		all = append(all, event)
	}
	return e.Apply(all)
}
