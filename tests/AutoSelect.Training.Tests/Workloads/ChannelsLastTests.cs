using AutoSelect.Training.Workloads.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Training.Tests;

[Collection("libtorch")]
public class ChannelsLastTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Images_keep_values_and_shape_and_convolutions_keep_the_order(int channels)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var images = randn(4, channels, 6, 5);
        using var convolution = nn.Conv2d(channels, 8, 3, stride: 2, padding: 1);
        using var channelsLast = new ChannelsLast();

        var ordered = channelsLast.call(images.narrow(0, 1, 3)); // a view into the batch

        Assert.True(ordered.eq(images.narrow(0, 1, 3)).all().ToBoolean());
        Assert.Equal([6 * 5 * channels, 1, 5 * channels, channels], ordered.stride());
        var result = convolution.call(ordered);
        Assert.Equal(1, result.stride(1));
        Assert.True((result - convolution.call(images.narrow(0, 1, 3))).abs().max().ToDouble() < 1e-5);
    }
}
