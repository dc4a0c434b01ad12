using AutoSelect.Training.Strategies;
using AutoSelect.Training.Workloads;
using static TorchSharp.torch;

namespace AutoSelect.Training.Data.Arrays;

/// <summary>
/// Training, validation and test data from the arrays train_inputs, train_targets, validation_inputs, validation_targets and, where
/// there are any, test_inputs and test_targets: [N, …] each, with one shape of examples and one type for all three parts.
/// </summary>
internal static class ArrayExamples
{
    /// <param name="path">A .npz or .safetensors file.</param>
    /// <param name="target">
    /// Makes an array of targets into what the loss takes; throws <see cref="ArgumentException"/> with the rule.
    /// </param>
    /// <exception cref="ArgumentException">Targets that the loss cannot take.</exception>
    /// <exception cref="BadOptionException">The file is missing or may not be read.</exception>
    /// <exception cref="InvalidDataException">
    /// An array is missing, damaged or does not fit the others; the message names file, array, value and rule.
    /// </exception>
    public static WorkloadData Load(string path, Func<Tensor, Tensor> target)
    {
        using var scope = NewDisposeScope();
        using var file = new ArrayFile(path);
        var reader = new Reader(path, file, target);
        var training = reader.Pair("train", null)!.Value;
        var validation = reader.Pair("validation", training)!.Value;
        var test = reader.Pair("test", training, isOptional: true);
        return new WorkloadData
        {
            Training = new TensorExamples(training.Inputs, training.Targets),
            Validation = new TensorExamples(validation.Inputs, validation.Targets),
            Test = test is { } pair ? new TensorExamples(pair.Inputs, pair.Targets) : null,
        };
    }

    private sealed class Reader(string path, ArrayFile file, Func<Tensor, Tensor> target)
    {
        public Batch? Pair(string part, Batch? like, bool isOptional = false)
        {
            var (inputsName, targetsName) = ($"{part}_inputs", $"{part}_targets");
            if (isOptional && !file.Names.Contains(inputsName) && !file.Names.Contains(targetsName)) return null;
            var (inputs, targets) = (Array(inputsName), Targets(targetsName));
            if (inputs.shape[0] != targets.shape[0])
                throw new InvalidDataException(
                    $"'{path}' has {inputs.shape[0]} examples in {inputsName} and {targets.shape[0]} in {targetsName}: both must have the "
                    + "same number.");
            if (inputs.shape[0] > int.MaxValue)
                throw new InvalidDataException(
                    $"'{path}' has {inputs.shape[0]} examples in {inputsName}: at most {int.MaxValue} are taken.");
            if (like is { } training)
            {
                SameExamples(inputsName, inputs, "train_inputs", training.Inputs);
                SameExamples(targetsName, targets, "train_targets", training.Targets);
            }
            return new Batch(inputs, targets);
        }

        private Tensor Targets(string name)
        {
            try
            {
                return target(Array(name));
            }
            catch (ArgumentException e)
            {
                throw new ArgumentException($"Array '{name}' of '{path}' {e.Message}", e);
            }
        }

        private Tensor Array(string name)
        {
            var array = file.Find(name) ?? throw new InvalidDataException(
                $"'{path}' has no array '{name}': it must have train_inputs, train_targets, validation_inputs and validation_targets, and "
                + $"may have test_inputs with test_targets; it has {string.Join(", ", file.Names)}.");
            if (array.dim() == 0 || array.shape[0] == 0)
                throw new InvalidDataException(
                    $"Array '{name}' of '{path}' has the shape {Text(array.shape)}: it must have at least one example along its first "
                    + "axis.");
            if (array.is_floating_point() && !array.isfinite().all().item<bool>())
                throw new InvalidDataException($"Array '{name}' of '{path}' has {FirstOdd(array)}: all values must be finite.");
            return array;
        }

        // As NumPy counts, so that it can be looked up: array[index].
        private static string FirstOdd(Tensor array)
        {
            var odd = array.isfinite().logical_not();
            var index = odd.reshape(-1).to(ScalarType.Byte).argmax().item<long>();
            var value = array.reshape(-1)[index].to(ScalarType.Float64).item<double>();
            var at = new long[array.dim()];
            for (var (axis, rest) = (at.Length - 1, index); axis >= 0; axis--)
                (at[axis], rest) = (rest % array.shape[axis], rest / array.shape[axis]);
            var what = double.IsNaN(value) ? "NaN" : value > 0 ? "inf" : "-inf";
            return $"{what} at "
                + $"{Text(at)}{(odd.sum().item<long>() is var count and > 1 ? $" and {count - 1} more that are NaN or infinite" : "")}";
        }

        private void SameExamples(string name, Tensor array, string otherName, Tensor other)
        {
            var (one, another) = ($"{array.dtype} {Text(array.shape.Skip(1))}", $"{other.dtype} {Text(other.shape.Skip(1))}");
            if (one != another)
                throw new InvalidDataException(
                    $"Array '{name}' of '{path}' has examples of {one} and {otherName} of {another}: they must be alike.");
        }

        private static string Text(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
    }
}
