package brokerapp

import (
	"context"

	"pupitre/internal/metric"
)

// Backlog says what waits in the broker's queues, for an operator's monitoring.
func (b *Broker) Backlog(ctx context.Context) (metric.Backlog, error) {
	all, err := b.Store.Backlog(ctx, metric.MaxWaiting)
	if err != nil {
		return metric.Backlog{}, err
	}
	return metric.Backlog{
		Waiting: map[string]int{"deliveries": all.Deliveries, "letters": all.Letters, "pushes": all.Pushes},
		Behind:  all.Behind,
	}, nil
}
