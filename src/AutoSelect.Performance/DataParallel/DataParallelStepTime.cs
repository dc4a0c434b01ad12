namespace AutoSelect.Performance;

/// <summary>
/// Step time on n devices = compute(batch/n) + communication - overlap.
/// </summary>
/// <remarks>
/// compute is that of the slowest of several ranks: 1 + κₙσ/√H times the mean step of one, κₙ the mean of the largest of n standard normal
/// variables, σ the spread of a step and H the steps from one meeting to the next. Each layer's gradients are copied to
/// what is sent after its backward pass, and back before its update. c ~ LogNormal of computing, m ~ LogNormal of the collectives,
/// independent; T(c, m) the critical path. Mean and variance of log T are Gauss-Hermite sums of 5 x 5 nodes, so that where one of the two
/// hides the other its uncertainty does not count.
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
        var messages = BucketMessages.ForPlan(question, plan, collectives);
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
            question.Compute with { MedianSeconds = step, LogStandardDeviation = spread }, communication,
            hidden, messages.Sum(b => b.Bytes) / plan.LocalSteps);
    }

    /// <summary>The median alone, for comparing many plans.</summary>
    /// <exception cref="ArgumentException">A question or plan that cannot be.</exception>
    public double MedianSeconds(DataParallelQuestion question, CommunicationPlan plan)
    {
        question.Validate();
        plan.Validate();
        return Iterate(question, plan, BucketMessages.ForPlan(question, plan, collectives), 0, 0).Step;
    }

    private static (double Step, double Communication, double Hidden) Iterate(
        DataParallelQuestion question, CommunicationPlan plan, IReadOnlyList<BucketMessages> messages,
        double computeDeviation, double messageDeviation)
    {
        var waits = question.Ranks == 1 || question.Compute.Spread == 0 ? 0
            : NormalVariable.ExpectedMaximum(question.Ranks) / Math.Sqrt(plan.LocalSteps) * question.Compute.Spread;
        var compute = question.Compute.MedianSeconds * Math.Exp(computeDeviation * question.Compute.LogStandardDeviation) * (1 + waits);
        var scale = compute / question.Layers.Sum(l => l.Seconds);
        var copySeconds = question.Ranks == 1 ? 0 : sizeof(float) * question.Costs.CopySecondsPerByte;
        var layers = question.Layers.Select(l => l with
        {
            ForwardSeconds = l.ForwardSeconds * scale,
            BackwardSeconds = (l.BackwardSeconds * scale) + (copySeconds * l.Parameters),
            UpdateSeconds = (l.UpdateSeconds * scale) + (copySeconds * l.Parameters),
        }).ToArray();
        var transfers = messages.Select(b => new Transfer(b.Bucket, b.Seconds(messageDeviation))).ToArray();
        var exchange = transfers.Sum(t => t.Seconds) / plan.LocalSteps;
        if (plan.LocalSteps > 1)
            return (compute + exchange + (2 * copySeconds * question.Layers.Sum(l => l.Parameters) / plan.LocalSteps), exchange, 0);
        var iteration = CriticalPath.Simulate(layers, transfers, plan.Overlap, plan.Order, question.Costs.Interference);
        return (iteration.Seconds, exchange, iteration.HiddenSeconds);
    }
}
