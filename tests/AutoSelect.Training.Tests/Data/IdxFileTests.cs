using AutoSelect.Training.Data;

namespace AutoSelect.Training.Tests;

public sealed class IdxFileTests
{
    [Fact]
    public void Extents_and_data_are_read()
    {
        var file = IdxFile.Parse("x", new byte[] { 0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6 }, axes: 2);
        Assert.Equal([2, 3], file.Extents);
        Assert.Equal([1, 2, 3, 4, 5, 6], file.Data.ToArray());
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 8 }, "it has 3 bytes, fewer than the 8 of its header")]
    [InlineData(new byte[] { 1, 0, 8, 1, 0, 0, 0, 1, 9 }, "it begins with 01 00")]
    [InlineData(new byte[] { 0, 0, 13, 1, 0, 0, 0, 1, 9 }, "its type is 0d")]
    [InlineData(new byte[] { 0, 0, 8, 3, 0, 0, 0, 1, 9 }, "it has 3 axes and not 1")]
    [InlineData(new byte[] { 0, 0, 8, 1, 255, 0, 0, 1, 9 }, "axis 0 has -16777215 entries")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 5, 9 }, "it has 9 bytes; 5 needs 13")]
    public void A_bad_file_is_refused_with_what_is_wrong(byte[] content, string expected)
    {
        var error = Assert.Throws<InvalidDataException>(() => IdxFile.Parse("labels", content, axes: 1));
        Assert.Contains("'labels'", error.Message);
        Assert.Contains(expected, error.Message);
    }
}
