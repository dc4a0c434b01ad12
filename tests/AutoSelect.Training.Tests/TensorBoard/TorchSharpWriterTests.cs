using AutoSelect.Host.Exports.TensorBoard;
using AutoSelect.Testing;
using AutoSelect.Testing.TensorBoard;
using TorchSharp;

namespace AutoSelect.Training.Tests.TensorBoard;

/// <summary>What the export writes for TensorBoard against what TorchSharp's own writer does.</summary>
public sealed class TorchSharpWriterTests : IDisposable
{
    private static readonly (string Tag, int Step, float Value)[] Scalars =
    [
        ("accuracy", 0, .1f), ("accuracy", 1, .5f), ("accuracy", 127, .8f), ("accuracy", 128, .85f), ("accuracy", 1_000_000, .9f),
        ("training_loss", 1, 2.5f), ("training_loss", 2, 0), ("strategy/damping", 3, -1e-8f),
        ("seconds/training", 4, float.PositiveInfinity),
    ];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Both_writers_write_the_same_values()
    {
        var writer = torch.utils.tensorboard.SummaryWriter(folder["torch"], createRunName: false);
        foreach (var (tag, step, value) in Scalars) writer.add_scalar(tag, value, step);
        var theirs = EventFileReader.Read(Directory.GetFiles(folder["torch"], "*", SearchOption.AllDirectories).Single());

        var time = DateTimeOffset.FromUnixTimeMilliseconds(1_795_000_000_125);
        using (var file = File.Create(folder["ours"]))
        {
            var records = new EventRecords(file);
            records.Begin(time);
            foreach (var (tag, step, value) in Scalars) records.Scalar(time, step, tag, value);
        }
        var ours = EventFileReader.Read(folder["ours"]);

        Assert.Equal(Scalars.Length + 1, ours.Count);
        Assert.Equal(theirs.Select(r => r with { Time = 0 }), ours.Select(r => r with { Time = 0 }));
        Assert.All(ours, r => Assert.Equal(1_795_000_000.125, r.Time));
    }

    [Fact]
    public void A_damaged_file_is_not_read()
    {
        using (var file = File.Create(folder["ours"])) new EventRecords(file).Begin(DateTimeOffset.UnixEpoch);
        var bytes = File.ReadAllBytes(folder["ours"]);
        bytes[^6] ^= 1;
        File.WriteAllBytes(folder["ours"], bytes);
        Assert.Throws<InvalidDataException>(() => EventFileReader.Read(folder["ours"]));
    }
}
