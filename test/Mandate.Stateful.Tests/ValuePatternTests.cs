using System.Text;
using System.Text.Encodings.Web;
using Mandate.Stateful.Scanning;

namespace Mandate.Stateful.Tests;

/// <summary>A value is found however it is written, whole or cut in two; ordinary words that are also in it are not taken for it.</summary>
public sealed class ValuePatternTests
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Words as they stand in secrets of tests and in everything else.</summary>
    private static readonly string[] Words =
        ["secret", "that", "is", "wide", "of", "the", "root", "token", "after", "kill", "planted", "value", "child", "Rotated", "once", "more", "before", "its", "own", "apiToken", "workflowId", "test", "2026", "1"];

    public static TheoryData<string> Writings => ["utf-8", "utf-16", "hex", "HEX", "base64+0", "base64+1", "base64+2", "base64url+1", "url", "json", "json, relaxed"];

    [Theory]
    [MemberData(nameof(Writings))]
    public void IsIn_WholeValueInAnyWriting_IsFound(string writing)
    {
        foreach (var (random, value) in Values())
            new ValuePattern("v", value).IsIn(Among(random, Write(writing, value))).ShouldBeTrue($"{value} as {writing}");
    }

    [Theory]
    [MemberData(nameof(Writings))]
    public void IsIn_ValueCutInTwoAnywhere_IsFound(string writing)
    {
        foreach (var (random, value) in Values().Where(v => v.Value.Length >= 24))
        {
            var written = Write(writing, value);
            var cut = random.Next(1, written.Length);
            new ValuePattern("v", value).IsIn([.. Among(random, written[..cut]), .. Among(random, written[cut..])]).ShouldBeTrue($"{value} as {writing}, cut at {cut}");
        }
    }

    [Fact]
    public void IsIn_OneThirdThatIsWords_IsNotTakenForTheValueAndTwoAre()
    {
        foreach (var random in Enumerable.Range(0, 300).Select(seed => new Random(seed)))
        {
            var value = string.Join('-', Enumerable.Range(0, random.Next(6, 14)).Select(_ => Words[random.Next(Words.Length)]));
            var parts = Thirds(value);
            if (value.Length < 24 || parts.Distinct().Count() < 3)
                continue;
            foreach (var part in parts)
                new ValuePattern("v", value).IsIn(Among(random, Encoding.UTF8.GetBytes(part))).ShouldBeFalse($"'{part}' of '{value}'");
            new ValuePattern("v", value).IsIn([.. Among(random, Encoding.UTF8.GetBytes(parts[0])), .. Among(random, Encoding.UTF8.GetBytes(parts[2]))]).ShouldBeTrue(value);
        }
    }

    [Fact]
    public void IsIn_OrdinaryText_IsNotTakenForAValueMadeOfItsWords()
    {
        var text = Encoding.UTF8.GetBytes("the value of the test is in the root; the secret of the child before the kill, and its own token once more after that: a planted value, that is of the root");

        foreach (var value in (string[])["a-planted-value/of the test", "secret-of-the-child-that-is", "of the test is wide and more"])
            new ValuePattern("v", value).IsIn(text).ShouldBeFalse(value);
    }

    [Fact]
    public void IsIn_OneThirdThatNobodyWritesByChance_IsFound()
    {
        foreach (var random in Enumerable.Range(0, 100).Select(seed => new Random(seed)))
        {
            // As keys are: no run of one kind of character.
            var value = string.Concat(Enumerable.Range(0, random.Next(24, 120)).Select(i => (i % 2 == 0 ? "abcdefxyz" : "0123456789")[random.Next(9)]));
            foreach (var part in Thirds(value))
                new ValuePattern("v", value).IsIn(Among(random, Encoding.UTF8.GetBytes(part))).ShouldBeTrue($"{part} of {value}");
        }
    }

    [Fact]
    public void IsIn_ValueThatRepeatsItself_IsFoundAsAWholeOnly()
    {
        var pattern = new ValuePattern("v", new string('a', 36));

        pattern.IsIn(Encoding.UTF8.GetBytes(new string('a', 36))).ShouldBeTrue();
        pattern.IsIn(Encoding.UTF8.GetBytes(new string('a', 35))).ShouldBeFalse();
    }

    private static IEnumerable<(Random Random, string Value)> Values()
    {
        foreach (var random in Enumerable.Range(0, 200).Select(seed => new Random(seed)))
        {
            yield return (random, string.Concat(Enumerable.Range(0, random.Next(8, 200)).Select(_ => Letters[random.Next(Letters.Length)])));
            yield return (random, string.Join('-', Enumerable.Range(0, random.Next(6, 14)).Select(_ => Words[random.Next(Words.Length)])));
            yield return (random, string.Concat(Enumerable.Range(0, random.Next(24, 80)).Select(_ => (char)random.Next('!', '~' + 1))));
        }
    }

    private static string[] Thirds(string value) => [.. Enumerable.Range(0, 3).Select(i => value.Substring(i * (value.Length / 3), value.Length / 3))];

    /// <summary>Between other things: none of it is in any value.</summary>
    private static byte[] Among(Random random, byte[] content) => [.. Noise(random), .. content, .. Noise(random)];

    private static byte[] Noise(Random random) => [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => (byte)random.Next(0, 32))];

    private static byte[] Write(string writing, string value)
    {
        var utf8 = Encoding.UTF8.GetBytes(value);
        return writing switch
        {
            "utf-8" => utf8,
            "utf-16" => Encoding.Unicode.GetBytes(value),
            "hex" => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(utf8)),
            "HEX" => Encoding.ASCII.GetBytes(Convert.ToHexString(utf8)),
            "url" => Encoding.ASCII.GetBytes(Uri.EscapeDataString(value)),
            "json" => Encoding.UTF8.GetBytes(JavaScriptEncoder.Default.Encode(value)),
            "json, relaxed" => Encoding.UTF8.GetBytes(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value)),
            _ => Encoding.ASCII.GetBytes(Convert.ToBase64String([.. new byte[writing[^1] - '0'], .. utf8, .. new byte[3]])) is var base64 && writing.StartsWith("base64url", StringComparison.Ordinal)
                ? Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(base64).Replace('+', '-').Replace('/', '_'))
                : base64,
        };
    }
}
