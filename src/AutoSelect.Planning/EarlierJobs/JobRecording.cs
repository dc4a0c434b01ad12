using AutoSelect.Selection.History;

namespace AutoSelect.Planning.EarlierJobs;

/// <summary>The learning curves of earlier jobs, ready to be kept by <see cref="Histories"/>.</summary>
/// <param name="bytes">Gzipped JSON lines.</param>
public sealed class JobRecording(byte[] bytes)
{
    /// <summary>Gzipped JSON lines.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>What <see cref="Contracts.JobSpec.History"/> calls it.</summary>
    public string Sha256 { get; } = Histories.Sha256(bytes);
}
