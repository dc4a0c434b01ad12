namespace AutoSelect.Communication;

/// <summary>All-reduce in fp32.</summary>
/// <param name="group">The ranks.</param>
/// <param name="plan">How; null for a choice by size.</param>
public sealed class ExactAllReduce(ProcessGroup group, AllReducePlan? plan = null) : AllReduceMethod
{
    public override void Run(Span<float> values)
    {
        var before = group.BytesSent;
        group.AllReduce(values, plan);
        Bytes += group.BytesSent - before;
        Rounds++;
    }
}
