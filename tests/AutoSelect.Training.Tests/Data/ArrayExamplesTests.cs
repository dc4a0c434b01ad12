using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Data.Arrays;
using AutoSelect.Training.Workloads;
using AutoSelect.Training.Workloads.TorchScript;
using static TorchSharp.torch;

namespace AutoSelect.Training.Tests;

public sealed class ArrayExamplesTests : TrainingTest
{
    private string Data => Path.Combine(Folder, "data.npz");

    [Fact]
    public void Numbers_of_all_types_arrive_in_their_order()
    {
        using var scope = NewDisposeScope();
        NpzFile.Write(Data, ("f4", NpzFile.Npy("<f4", "2, 3", new float[] { 1, 2, 3, 4, 5, .1f })),
            ("f8", NpzFile.Npy("<f8", "2,", new[] { .1, -7e30 }, version: 2)),
            ("i8", NpzFile.Npy("<i8", "2,", new[] { -1L, 1L << 40 })), ("i4", NpzFile.Npy("<i4", "1, 2", new[] { -2, 3 }, version: 3)),
            ("u1", NpzFile.Npy("|u1", "1, 1, 2", new byte[] { 0, 255 })));
        using var file = new ArrayFile(Data);
        Tensor Array(string name, ScalarType type, params long[] shape)
        {
            var array = file.Find(name)!;
            Assert.Equal((type, string.Join(",", shape)), (array.dtype, string.Join(",", array.shape)));
            return array;
        }
        Assert.Equal([1, 2, 3, 4, 5, .1f], Array("f4", ScalarType.Float32, 2, 3).data<float>().ToArray());
        Assert.Equal([.1f, -7e30f], Array("f8", ScalarType.Float32, 2).data<float>().ToArray());
        Assert.Equal([-1, 1L << 40], Array("i8", ScalarType.Int64, 2).data<long>().ToArray());
        Assert.Equal([-2, 3], Array("i4", ScalarType.Int64, 1, 2).data<long>().ToArray());
        Assert.Equal([0, 255], Array("u1", ScalarType.Byte, 1, 1, 2).data<byte>().ToArray());
        Assert.Null(file.Find("other"));
        Assert.Equal(["f4", "f8", "i8", "i4", "u1"], file.Names);
    }

    [Fact]
    public void Safetensors_give_the_same_examples_as_npz_and_a_test_set_may_be_left_out()
    {
        using var scope = NewDisposeScope();
        NpzFile.Small(Data);
        var other = Path.ChangeExtension(Data, "safetensors");
        using (var file = new ArrayFile(Data))
            SafetensorsWriter.Write(other, file.Names.ToDictionary(n => n, n => file.Find(n)!), new Dictionary<string, double>());
        foreach (var path in new[] { Data, other })
        {
            using var data = ArrayExamples.Load(path, new CrossEntropy().Targets);
            Assert.Equal((4, 2), (data.Training.Count, data.Validation.Count));
            Assert.Null(data.Test);
            Assert.Equal([0, 1, 1, 0], data.Training.Pick(arange(4)).Targets.data<long>().ToArray());
        }
    }

    public static TheoryData<string, byte[]?, string> Bad => new()
    {
        { "validation_targets", null, "has no array 'validation_targets': it must have train_inputs" },
        { "test_targets", NpzFile.Npy("<i8", "1,", new long[1]), "has no array 'test_inputs'" },
        { "train_inputs", NpzFile.Npy("<f4", "5, 2", new float[10]),
            "has 5 examples in train_inputs and 4 in train_targets: both must have the same number" },
        { "train_inputs", NpzFile.Npy("<f4", "4, 3", new float[12]),
            "Array 'validation_inputs' of 'FILE' has examples of Float32 [2] and train_inputs of Float32 [3]: they must be alike" },
        { "train_inputs", NpzFile.Npy("<f4", "4, 2", new[] { 0, 0, 0, float.NaN, 0, 0, 0, 0 }),
            "Array 'train_inputs' of 'FILE' has NaN at [1, 1]: all values must be finite" },
        { "validation_inputs", NpzFile.Npy("<f8", "2, 2", new[] { 0, 0, double.NegativeInfinity, double.NaN }),
            "Array 'validation_inputs' of 'FILE' has -inf at [1, 0] and 1 more that are NaN or infinite" },
        { "train_inputs", NpzFile.Npy("<f4", "0, 2", Array.Empty<float>()),
            "Array 'train_inputs' of 'FILE' has the shape [0, 2]: it must have at least one example" },
        { "train_inputs", NpzFile.Npy("<f4", "4, 2", new float[8], fortran: "True"),
            "Array 'train_inputs' of 'FILE' cannot be read: it is in Fortran order; only C order is read" },
        { "train_inputs", NpzFile.Npy(">f4", "4, 2", new float[8]), "its type is '>f4'; <f4, <f8, <i8, <i4, |u1 are read" },
        { "train_inputs", NpzFile.Npy("<f4", "4, 2", new float[7]),
            "Array 'train_inputs' of 'FILE' cannot be read: it ends before its header or shape says" },
        { "train_inputs", NpzFile.Npy("<f4", "4, 2", new float[9]), "it has more than the 32 bytes of its shape [4, 2]" },
        { "train_inputs", NpzFile.Npy("<f4", "4, -2", new float[8]),
            "an extent of its shape is '-2'; it must be an integer of at least 0" },
        { "train_inputs", NpzFile.Npy("<f4", "4000000000, 4000000000", new float[8]), "its shape is too large" },
        { "train_inputs", NpzFile.Npy("<f4", "4, 2", new float[8], version: 9), "its format version is 9; versions 1 to 3 are read" },
        { "train_inputs", "not an array"u8.ToArray(), "it begins with 6E6F7420616E, not with NumPy's magic" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_bad_array_is_refused_with_file_name_value_and_rule(string name, byte[]? array, string expected)
    {
        NpzFile.Small(Data, (name, array));
        var error = Assert.Throws<InvalidDataException>(() => ArrayExamples.Load(Data, new CrossEntropy().Targets));
        Assert.Contains(expected.Replace("FILE", Data), error.Message);
        Assert.Contains(Data, error.Message);
    }

    [Theory]
    [InlineData("data.csv", "x", typeof(BadOptionException), "it must be a .npz or .safetensors file")]
    [InlineData("data.npz", "x", typeof(InvalidDataException), "is not a .npz archive")]
    [InlineData("data.safetensors", "x", typeof(InvalidDataException), "cannot be read")]
    [InlineData("data.npz", null, typeof(BadOptionException), "does not exist")]
    public void A_file_that_holds_no_arrays_is_refused(string name, string? content, Type type, string expected)
    {
        var path = Path.Combine(Folder, name);
        if (content is not null) File.WriteAllText(path, content);
        var error = Assert.Throws(type, () => new ArrayFile(path));
        Assert.Contains(expected, error.Message);
        Assert.Contains(path, error.Message);
    }

    [Fact]
    public void Targets_that_the_loss_cannot_take_are_refused()
    {
        void Refuses(SupervisedLoss loss, byte[] targets, string expected)
        {
            File.Delete(Data);
            NpzFile.Small(Data, ("train_targets", targets));
            var error = Assert.Throws<ArgumentException>(() => ArrayExamples.Load(Data, loss.Targets));
            Assert.Contains($"Array 'train_targets' of '{Data}' {expected}", error.Message);
        }
        Refuses(new CrossEntropy(), NpzFile.Npy("<f4", "4,", new float[4]), "is of type Float32: loss cross-entropy takes class numbers");
        Refuses(new CrossEntropy(), NpzFile.Npy("<i4", "4,", new[] { 0, -1, 0, 0 }), "has the class -1: classes count from 0");
        Refuses(new BinaryCrossEntropy(), NpzFile.Npy("<i8", "4,", new long[] { 0, 1, 2, 0 }),
            "has values from 0 to 2: loss bce-with-logits takes probabilities of 0 to 1");
    }
}
