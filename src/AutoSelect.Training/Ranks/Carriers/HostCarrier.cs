using AutoSelect.Communication;
using AutoSelect.Contracts;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Training.Ranks.Carriers;

/// <summary>Carries buckets by the process group, through host memory; with overlap on a thread of its own.</summary>
internal sealed class HostCarrier(ProcessGroup group, ExchangeMethods methods, ExchangeOverlap overlap) : BucketCarrier
{
    // Only the next forward pass is in need of the lowest layers first.
    private readonly CollectiveQueue? queue = overlap == ExchangeOverlap.None ? null
        : new(group, overlap == ExchangeOverlap.BackwardAndForward ? CollectiveOrder.Priority : CollectiveOrder.Started);

    public override Device Device => CPU;

    public override (int Rows, int Columns)? MatrixOf(Parameter parameter) => methods.MatrixOf(parameter);

    public override IBucketTransfer Transfer(Tensor values, IReadOnlyList<BucketPiece> pieces, int first, int number)
    {
        var summed = pieces.Select((piece, i) =>
            (piece, piece.Matrix is { } matrix ? methods.ForMatrix(matrix, (number << 10) + i) : methods.ForValues(piece.Length, number)))
            .ToArray();
        return new Summing(queue, new PointerMemory(TensorMemory.AddressOf(values), (int)values.numel(), values).Memory, summed, first);
    }

    public override void Dispose() => queue?.Dispose();

    private sealed class Summing : IBucketTransfer
    {
        private readonly Memory<float> values;
        private readonly AllReduceMethod method;
        private readonly BucketAllReduce? beside;

        public Summing(CollectiveQueue? queue, Memory<float> values, (BucketPiece Piece, AllReduceMethod Method)[] pieces, int first)
        {
            this.values = values;
            States = [.. pieces.Select(p => (p.Piece, (AllReduceState)p.Method))];
            method = pieces.Length == 1 ? pieces[0].Method : new PieceByPiece(pieces);
            beside = queue?.Add(values, first, method);
        }

        public IReadOnlyList<(BucketPiece Piece, AllReduceState State)> States { get; }

        public void Start() => beside?.Start();

        public void Wait()
        {
            if (beside is null) method.Run(values.Span);
            else beside.Wait();
        }

        public void Dispose()
        {
        }
    }

    private sealed class PieceByPiece((BucketPiece Piece, AllReduceMethod Method)[] pieces) : AllReduceMethod
    {
        public override void Run(Span<float> values)
        {
            foreach (var (piece, method) in pieces) method.Run(values.Slice(piece.Start, piece.Length));
        }
    }
}
