using TorchSharp;

namespace AutoSelect.Training.Tests;

[Collection("libtorch")] // others count the tensors of the process
public sealed class NativeLibraryTests
{
    [Fact]
    public void The_native_library_loads_on_this_system()
    {
        using var ones = torch.ones(3);
        Assert.Equal(3.0, ones.sum().item<float>());
    }
}
