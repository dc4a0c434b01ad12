using AutoSelect.Communication;
using AutoSelect.Contracts;
using TorchSharp.Modules;

namespace AutoSelect.Training.Ranks;

/// <summary>How the gradients of a parameter are summed over ranks, for each kind of communication.</summary>
internal sealed class ExchangeMethods(ProcessGroup group, GradientCommunication communication, ExchangePlan plan, long seed)
{
    /// <summary>A product of two thin matrices is worth sending where it has at most this share of the values.</summary>
    private const double MostOfMatrix = .5;

    private readonly AllReducePlan? exact = plan.Hierarchy.IsEmpty || plan.Hierarchy.Aggregate(1, (a, b) => a * b) != group.Size
        ? null : AllReducePlan.Hierarchical(new Hierarchy([.. plan.Hierarchy]));

    /// <summary>Rows and columns of the matrix that PowerSGD sends a parameter as; null where it is sent whole.</summary>
    public (int Rows, int Columns)? MatrixOf(Parameter parameter)
    {
        if (communication.Kind != CommunicationKind.PowerSgd || parameter.dim() < 2) return null;
        var (rows, columns) = ((int)parameter.shape[0], (int)(parameter.numel() / parameter.shape[0]));
        var rank = Math.Min(communication.Parameter, Math.Min(rows, columns));
        return rank * (rows + columns) <= MostOfMatrix * rows * columns ? (rows, columns) : null;
    }

    /// <summary>For one matrix.</summary>
    public AllReduceMethod ForMatrix((int Rows, int Columns) matrix, int number) =>
        new PowerSgdAllReduce(
            group, matrix.Rows, matrix.Columns, (int)Math.Min(communication.Parameter, Math.Min(matrix.Rows, matrix.Columns)),
            seed: unchecked((int)(seed * 1_000_003) ^ number));

    /// <summary>For everything else.</summary>
    public AllReduceMethod ForValues(int count, int number)
    {
        var random = unchecked((ulong)seed * 0x9E3779B97F4A7C15UL + (ulong)number);
        return communication.Kind switch
        {
            CommunicationKind.Fp16 => new CompressedAllReduce(group, new Fp16Codec(), count, errorFeedback: false, measuresError: true),
            CommunicationKind.Bf16 => new CompressedAllReduce(group, new Bf16Codec(), count, errorFeedback: false, measuresError: true),
            CommunicationKind.Fp8E4M3 => new CompressedAllReduce(group, Fp8Codec.E4M3, count, errorFeedback: true, random),
            CommunicationKind.Fp8E5M2 => new CompressedAllReduce(group, Fp8Codec.E5M2, count, errorFeedback: true, random),
            CommunicationKind.TopK => new TopKAllReduce(group, count, communication.Parameter / 100),
            _ => new ExactAllReduce(group, exact),
        };
    }
}
