using AutoSelect.Contracts;

namespace AutoSelect.Checkpoints.Tests;

/// <summary>Names of places, and names below them.</summary>
public sealed class PlaceTests
{
    private const string Minio = "s3://bucket/some/prefix?endpoint=https://minio:9000&region=eu-1";

    [Theory]
    [InlineData("/shared/jobs/", "/shared/jobs")]
    [InlineData("file:///shared/jobs", "/shared/jobs")]
    [InlineData(Minio, Minio)]
    [InlineData("s3://bucket/some/prefix/?region=eu-1&endpoint=https%3A%2F%2Fminio:9000/", Minio)]
    [InlineData("s3://bucket?region=eu-1", "s3://bucket?region=eu-1")]
    public void A_place_has_one_name(string given, string name) => Assert.Equal(name, CheckpointStores.Normalized(given));

    [Theory]
    [InlineData("jobs", "absolute path")]
    [InlineData("ftp://host/jobs", "absolute path")]
    [InlineData("file://host/jobs", "absolute path")]
    [InlineData("s3://B/x", "bucket 'B'")]
    [InlineData("s3://bucket/a//b", "prefix 'a//b'")]
    [InlineData("s3://bucket/a/../b", "prefix 'a/../b'")]
    [InlineData("s3://bucket/a b", "prefix 'a b'")]
    [InlineData("s3://bucket/a?endpoint=minio", "endpoint")]
    [InlineData("s3://bucket/a?zone=1", "'zone'")]
    public void What_is_none_is_refused_with_the_rule(string given, string rule) =>
        Assert.Contains(rule, Assert.Throws<ArgumentException>(() => CheckpointStores.Normalized(given)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("s3://key:topsecret@bucket/a")]
    [InlineData("s3://bucket/a?endpoint=https://key:topsecret@host")]
    [InlineData("https://key:topsecret@host/a")]
    public void Credentials_in_a_place_are_refused_and_not_repeated(string given) => Assert.DoesNotContain(
        "topsecret", Assert.Throws<ArgumentException>(() => CheckpointStores.Normalized(given)).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("/shared/jobs", "/shared/jobs/a-1/final.safetensors")]
    [InlineData(Minio, "s3://bucket/some/prefix/a-1/final.safetensors?endpoint=https://minio:9000&region=eu-1")]
    public void Names_go_below_a_place_and_come_back(string place, string file)
    {
        Assert.Equal(file, CheckpointUri.Below(place, "a-1/final.safetensors"));
        Assert.Equal("final.safetensors", CheckpointUri.Name(file));
        Assert.Equal(CheckpointUri.Below(place, "a-1"), CheckpointUri.Parent(file));
        Assert.Equal("a-1/final.safetensors", CheckpointUri.NameBelow(place, file));
        Assert.Null(CheckpointUri.NameBelow(CheckpointUri.Below(place, "a"), file));
        Assert.Null(CheckpointUri.NameBelow(place, CheckpointUri.Below(place, "../secret")));
    }
}
