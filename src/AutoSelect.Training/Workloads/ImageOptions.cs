using AutoSelect.Contracts;

namespace AutoSelect.Training.Workloads;

/// <summary>Options that all workloads on images have.</summary>
internal static class ImageOptions
{
    public static OptionDescription Dataset { get; } = new()
    {
        Name = "dataset",
        Default = "fashion-mnist",
        Summary = "fashion-mnist, mnist, or synthetic (made-up images for tests and first tries)",
    };

    public static OptionDescription Data { get; } = new()
    {
        Name = "data",
        Default = "",
        Summary = "folder with the four IDX files; empty looks in the usual places and downloads Fashion-MNIST",
    };

    public static OptionDescription Examples { get; } = new()
    {
        Name = "examples",
        Default = "4000",
        Summary = "training examples of the synthetic data",
    };
}
