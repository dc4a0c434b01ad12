using AutoSelect.Selection.Replay;

namespace AutoSelect.Selection.History;

/// <summary>
/// The recording that comes with AutoSelect, so that the first job of a store has a prior: made by <c>autoselect prior build</c>, with
/// where each curve comes from and its licence in the curve.
/// </summary>
public static class ShippedPrior
{
    private static readonly Lazy<byte[]> Content = new(Load);
    private static readonly Lazy<SelectionHistory> Learned = new(() => SelectionHistory.FromCurves(Read()));

    /// <summary>Gzipped JSON lines.</summary>
    public static ReadOnlyMemory<byte> Bytes => Content.Value;

    /// <summary>What it teaches; read once.</summary>
    public static SelectionHistory History => Learned.Value;

    private static IEnumerable<RecordedCurve> Read()
    {
        using var recording = new MemoryStream(Content.Value);
        return RecordedCurves.Read(recording, "prior.jsonl.gz");
    }

    private static byte[] Load()
    {
        using var resource = typeof(ShippedPrior).Assembly.GetManifestResourceStream("prior.jsonl.gz")
            ?? throw new InvalidOperationException("The assembly lacks its resource prior.jsonl.gz.");
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return bytes.ToArray();
    }
}
