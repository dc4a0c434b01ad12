namespace AutoSelect.Performance;

/// <summary>
/// Step time on n devices = compute(batch/n) + communication - overlap.
/// </summary>
/// <remarks>
/// c ~ LogNormal of computing, m ~ LogNormal of the collectives, independent; T(c, m) the critical path. Mean and variance of
/// log T are Gauss-Hermite sums of 5 x 5 nodes, so that where one of the two hides the other its uncertainty does not count.
/// </remarks>
public sealed class DataParallelStepTime(CollectiveModel collectives)
{
    /// <summary>What the times of messages come from.</summary>
    public CollectiveModel Collectives => collectives;

    /// <summary>Predicts the step of a plan.</summary>
    /// <exception cref="ArgumentException">A question or plan that cannot be.</exception>
    public DataParallelForecast Predict(DataParallelQuestion question, CommunicationPlan plan)
    {
        question.Validate();
        plan.Validate();
        var messages = BucketMessages.Of(question, plan, collectives);
        double mean = 0, square = 0;
        foreach (var (c, cWeight) in NormalVariable.Nodes)
        {
            foreach (var (m, mWeight) in NormalVariable.Nodes)
            {
                var log = Math.Log(Iterate(question, plan, messages, c, m).Step);
                mean += cWeight * mWeight * log;
                square += cWeight * mWeight * log * log;
            }
        }
        var (step, communication, hidden) = Iterate(question, plan, messages, 0, 0);
        var spread = Math.Sqrt(Math.Max(0, square - mean * mean));
        return new DataParallelForecast(
            question.Compute with { MedianSeconds = step, LogStandardDeviation = spread }, communication, hidden, messages.Sum(b => b.Bytes) / plan.LocalSteps);
    }

    /// <summary>The median alone, for comparing many plans.</summary>
    /// <exception cref="ArgumentException">A question or plan that cannot be.</exception>
    public double MedianSeconds(DataParallelQuestion question, CommunicationPlan plan)
    {
        question.Validate();
        plan.Validate();
        return Iterate(question, plan, BucketMessages.Of(question, plan, collectives), 0, 0).Step;
    }

    private static (double Step, double Communication, double Hidden) Iterate(
        DataParallelQuestion question, CommunicationPlan plan, IReadOnlyList<BucketMessages> messages, double computeDeviation, double messageDeviation)
    {
        var compute = question.Compute.MedianSeconds * Math.Exp(computeDeviation * question.Compute.LogStandardDeviation);
        var scale = compute / question.Layers.Sum(l => l.Seconds);
        var layers = question.Layers.Select(l => l with
        {
            ForwardSeconds = l.ForwardSeconds * scale,
            BackwardSeconds = l.BackwardSeconds * scale,
            UpdateSeconds = l.UpdateSeconds * scale,
        }).ToArray();
        var transfers = messages.Select(b => new Transfer(b.Bucket, b.Seconds(messageDeviation))).ToArray();
        var exchange = transfers.Sum(t => t.Seconds) / plan.LocalSteps;
        if (plan.LocalSteps > 1) return (compute + exchange, exchange, 0);
        var iteration = CriticalPath.Simulate(layers, transfers, plan.Overlap, plan.Order, question.Interference);
        return (iteration.Seconds, exchange, iteration.HiddenSeconds);
    }
}
