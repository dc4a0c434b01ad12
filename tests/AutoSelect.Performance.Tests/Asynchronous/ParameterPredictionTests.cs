namespace AutoSelect.Performance.Tests;

public sealed class ParameterPredictionTests(ITestOutputHelper output)
{
    private const int Staleness = 8;

    [Fact]
    public void Momentum_carries_parameters_as_far_as_updates_without_gradients_would()
    {
        float[] parameters = [1, -2], velocity = [0.1f, 0.3f], walked = [1, -2];
        for (var (step, factor) = (0, 0.9f); step < 5; step++, factor *= 0.9f)
            for (var i = 0; i < 2; i++) walked[i] += factor * velocity[i];
        var predicted = new float[2];
        ParameterPrediction.Momentum(parameters, velocity, 0.9, 5, predicted);
        Assert.Equal(walked[0], predicted[0], 1e-5f);
        Assert.Equal(walked[1], predicted[1], 1e-5f);
        ParameterPrediction.Momentum(parameters, velocity, 1, 3, parameters); // in place
        Assert.Equal(1.3f, parameters[0], 1e-6f);
    }

    [Fact]
    public void Least_squares_finds_the_ratio_of_a_geometric_course()
    {
        var predicted = new float[2];
        Assert.Equal(0.8, ParameterPrediction.LeastSquares([1, 1], [0.8f, 1.6f], [1, 2], 2, predicted), 1e-6);
        Assert.Equal(1 + 0.8f * (0.8f + 0.64f), predicted[0], 1e-5f);
        Assert.Equal(0, ParameterPrediction.LeastSquares([1, 1], [1, 1], [-1, -1], 2, predicted));
        Assert.Equal(1, ParameterPrediction.LeastSquares([1, 1], [3, 3], [1, 1], 2, predicted));
        Assert.Equal(0, ParameterPrediction.LeastSquares([1, 1], [3, 3], [0, 0], 2, predicted));
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ParameterPrediction.Momentum([1], [1], 1.1, 1, new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ParameterPrediction.Momentum([1], [1], 0.9, -1, new float[1]));
    }

    [Fact]
    public void At_staleness_eight_prediction_needs_at_most_four_fifths_of_the_steps()
    {
        double[] learningRates = [.. Enumerable.Range(0, 18).Select(i => 1e-3 * Math.Pow(1.35, i))];
        var (stale, momentum, squares, fresh) = (Best(Stale), Best(Momentum), Best(LeastSquares), learningRates.Min(η => Steps(η, 0, Stale)));
        output.WriteLine($"steps to a loss of 1e-4, best learning rate each: fresh {fresh}, stale {stale}, momentum {momentum}, least squares {squares}");
        Assert.True(momentum <= 0.8 * stale, $"momentum {momentum}, stale {stale}");
        Assert.True(squares <= 0.8 * stale, $"least squares {squares}, stale {stale}");

        int Best(Predictor predictor) => learningRates.Min(η => Steps(η, Staleness, predictor));

        static void Stale(float[] w, float[] v, float[] previous, float[] predicted) => w.CopyTo(predicted, 0);

        static void Momentum(float[] w, float[] v, float[] previous, float[] predicted) => ParameterPrediction.Momentum(w, v, 0.9, Staleness, predicted);

        static void LeastSquares(float[] w, float[] v, float[] previous, float[] predicted) => ParameterPrediction.LeastSquares(w, v, previous, Staleness, predicted);
    }

    private delegate void Predictor(float[] parameters, float[] displacement, float[] previous, float[] predicted);

    /// <summary>Steps of heavy ball (μ .9) on ½ Σ λᵢwᵢ², λ from 1 down to 1/100, until the loss is 1e-4 of the start; gradients are applied so many updates after they were taken.</summary>
    private static int Steps(double learningRate, int staleness, Predictor predictor)
    {
        const int Size = 20, Most = 2000;
        var λ = Enumerable.Range(0, Size).Select(i => (float)Math.Pow(100, -i / (Size - 1.0))).ToArray();
        var (w, v, previous, predicted) = (Enumerable.Repeat(1f, Size).ToArray(), new float[Size], new float[Size], new float[Size]);
        var underway = new Queue<float[]>();
        var target = 1e-4f * λ.Sum();
        for (var step = 1; step <= Most; step++)
        {
            predictor(w, v, previous, predicted);
            underway.Enqueue([.. predicted]);
            if (underway.Count <= staleness) continue;
            var at = underway.Dequeue();
            v.CopyTo(previous, 0);
            var loss = 0f;
            for (var i = 0; i < Size; i++)
            {
                v[i] = 0.9f * v[i] - (float)learningRate * λ[i] * at[i];
                w[i] += v[i];
                loss += λ[i] * w[i] * w[i];
            }
            if (loss < target) return step;
            if (!float.IsFinite(loss)) return Most;
        }
        return Most;
    }
}
