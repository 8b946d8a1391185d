using Mandate.Protocol.Grpc;

namespace Mandate.Protocol.Tests.Grpc;

public sealed class GrpcTimeoutTests
{
    [Theory]
    [InlineData("1H", 3_600_000)]
    [InlineData("2M", 120_000)]
    [InlineData("70S", 70_000)]
    [InlineData("00000070S", 70_000)]
    [InlineData("69999m", 69_999)]
    [InlineData("1500u", 1.5)]
    [InlineData("1500000n", 1.5)]
    [InlineData("0n", 0)]
    [InlineData("99999999H", 99_999_999L * 3_600_000)]
    public void TryParse_ValidValue_IsRead(string text, double milliseconds)
    {
        GrpcTimeout.TryParse(text, out var timeout).ShouldBeTrue();
        timeout.TotalMilliseconds.ShouldBe(milliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("1s")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData(" 1S")]
    [InlineData("1.5S")]
    [InlineData("123456789S")]
    [InlineData("١S")]
    public void TryParse_MalformedValue_IsRefused(string text) => GrpcTimeout.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Format_AnyTimeout_ReadsBackWithinItsUnit()
    {
        var random = new Random(7);
        for (var i = 0; i < 10_000; i++)
        {
            var timeout = TimeSpan.FromTicks((long)Math.Pow(10, random.NextDouble() * 18));

            var text = GrpcTimeout.Format(timeout);

            GrpcTimeout.TryParse(text, out var read).ShouldBeTrue(text);
            read.ShouldBeLessThanOrEqualTo(timeout);
            (timeout - read).Ticks.ShouldBeLessThanOrEqualTo(Math.Max(10, timeout.Ticks / 90_000), text);
        }
    }

    [Fact]
    public void Format_NegativeTimeout_IsZero() => GrpcTimeout.Format(TimeSpan.FromSeconds(-1)).ShouldBe("0u");
}
