namespace AutoSelect.Training.Data;

/// <summary>An image data set in the four IDX files of MNIST, and where it can be had.</summary>
internal sealed record ImageDataset
{
    /// <summary>Name, also of its folder below data directories.</summary>
    public required string Name { get; init; }

    public required IdxFileName TrainingImages { get; init; }
    public required IdxFileName TrainingLabels { get; init; }
    public required IdxFileName TestImages { get; init; }
    public required IdxFileName TestLabels { get; init; }

    /// <summary>Debian's package with the files; null where there is none.</summary>
    public string? DebianPackage { get; init; }

    /// <summary>Addresses of folders that hold the gzipped files.</summary>
    public IReadOnlyList<Uri> Mirrors { get; init; } = [];

    /// <summary>Mean and standard deviation of the training pixels, scaled to 0 … 1.</summary>
    public required (double Mean, double Deviation) Pixels { get; init; }

    public IReadOnlyList<IdxFileName> Files => [TrainingImages, TrainingLabels, TestImages, TestLabels];

    /// <summary>Fashion-MNIST (Xiao, Rasul, Vollgraf, 2017, arXiv 1708.07747).</summary>
    public static ImageDataset FashionMnist { get; } = new()
    {
        Name = "fashion-mnist",
        TrainingImages = new("train-images-idx3-ubyte", "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
        TrainingLabels = new("train-labels-idx1-ubyte", "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
        TestImages = new("t10k-images-idx3-ubyte", "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
        TestLabels = new("t10k-labels-idx1-ubyte", "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
        DebianPackage = "dataset-fashion-mnist",
        Mirrors =
        [
            new("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"),
            new("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
        ],
        Pixels = (0.2860, 0.3530),
    };

    /// <summary>MNIST (LeCun, Bottou, Bengio, Haffner, 1998); not downloaded.</summary>
    public static ImageDataset Mnist { get; } = new()
    {
        Name = "mnist",
        TrainingImages = new("train-images-idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
        TrainingLabels = new("train-labels-idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
        TestImages = new("t10k-images-idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
        TestLabels = new("t10k-labels-idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
        Pixels = (0.1307, 0.3081),
    };
}

/// <summary>A file of a data set.</summary>
/// <param name="Name">Name without .gz.</param>
/// <param name="Sha256">SHA-256 of the unpacked content in lower-case hexadecimals. Not of the .gz file: Debian packs the same content
/// anew, without name and time in the gzip header, so that the packed files differ from the mirrors'.</param>
internal sealed record IdxFileName(string Name, string Sha256);
