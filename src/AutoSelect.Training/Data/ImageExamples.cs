using AutoSelect.Training.Workloads;
using static TorchSharp.torch;

namespace AutoSelect.Training.Data;

/// <summary>Turns image files into example sets: normalised floats [N, 1, height, width] and int64 labels [N].</summary>
internal static class ImageExamples
{
    /// <summary>Examples at the end of the training files that are kept for validation.</summary>
    public const int ValidationExamples = 5_000;

    /// <summary>Values of the option dataset.</summary>
    public const string SyntheticName = "synthetic";

    // Mean and deviation of the synthetic pixels on a scale of 0 to 1.
    private static readonly (double Mean, double Deviation) SyntheticPixels = (0.33, 0.27);

    /// <summary>Data as the options dataset, data and examples say.</summary>
    /// <param name="setup">Options.</param>
    /// <param name="scale">Maps a pixel of 0 to 1 and the data set's mean and deviation to the model's input.</param>
    /// <exception cref="ArgumentException">An unknown data set.</exception>
    /// <exception cref="DataUnavailableException">The data cannot be had.</exception>
    public static WorkloadData Load(WorkloadSetup setup, Func<(double Mean, double Deviation), (double Subtract, double Divide)> scale)
    {
        var name = setup.Option("dataset", ImageDataset.FashionMnist.Name);
        if (name == SyntheticName) return Synthetic(setup, scale(SyntheticPixels));
        var dataset = new[] { ImageDataset.FashionMnist, ImageDataset.Mnist }.FirstOrDefault(d => d.Name == name)
            ?? throw new BadOptionException(
                "dataset", $"Option 'dataset' is '{name}': it must be {ImageDataset.FashionMnist.Name}, {ImageDataset.Mnist.Name} or "
                    + $"{SyntheticName}.");
        var contents = new DatasetSearch(dataset, setup).Find();
        IdxFile Images(IdxFileName file) => IdxFile.Parse(file.Name, contents[file], axes: 3);
        IdxFile Labels(IdxFileName file) => IdxFile.Parse(file.Name, contents[file], axes: 1);
        var (images, labels) = (Images(dataset.TrainingImages), Labels(dataset.TrainingLabels));
        var count = images.Extents[0];
        var toInput = scale(dataset.Pixels);
        return new WorkloadData
        {
            Training = Part(images, labels, 0, count - ValidationExamples, toInput),
            Validation = Part(images, labels, count - ValidationExamples, ValidationExamples, toInput),
            Test = Part(Images(dataset.TestImages), Labels(dataset.TestLabels), 0, -1, toInput),
        };
    }

    private static WorkloadData Synthetic(WorkloadSetup setup, (double Subtract, double Divide) toInput)
    {
        var count = setup.Option("examples", 4_000, minimum: 10);
        ExampleSet Make(int examples, int stream)
        {
            var (images, labels) = SyntheticImages.Make(examples, stream);
            return Part(new([examples, SyntheticImages.Side, SyntheticImages.Side], images), new([examples], labels), 0, -1, toInput);
        }
        return new WorkloadData
        {
            Training = Make(count, 0),
            Validation = Make(Math.Max(10, count / 4), 1),
            Test = Make(Math.Max(10, count / 4), 2),
        };
    }

    private static TensorExamples Part(IdxFile images, IdxFile labels, int first, int count, (double Subtract, double Divide) toInput)
    {
        if (images.Extents[0] != labels.Extents[0])
            throw new InvalidDataException($"There are {images.Extents[0]} images and {labels.Extents[0]} labels.");
        if (count < 0) count = images.Extents[0];
        using var scope = NewDisposeScope();
        long pixels = images.Extents[1] * images.Extents[2];
        var raw = empty([count, 1, images.Extents[1], images.Extents[2]], dtype: ScalarType.Byte);
        images.Data.Span.Slice((int)(first * pixels), (int)(count * pixels)).CopyTo(raw.bytes);
        var rawLabels = empty([count], dtype: ScalarType.Byte);
        labels.Data.Span.Slice(first, count).CopyTo(rawLabels.bytes);
        var inputs = raw.to(ScalarType.Float32).mul_(1 / (255 * toInput.Divide)).sub_(toInput.Subtract / toInput.Divide);
        return new TensorExamples(inputs, rawLabels.to(ScalarType.Int64));
    }
}
