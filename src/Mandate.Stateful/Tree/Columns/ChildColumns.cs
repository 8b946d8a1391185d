using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mandate.Credentials.Vault;

namespace Mandate.Stateful.Tree.Columns;

/// <summary>
/// Children as they go to the next run: column by column, since a parent may have hundreds of thousands and the header that carries them is part of one request. (1) A flag byte for each. (2) Ids, each as
/// what it has in common with the one before and what it has not. (3) Revisions, as differences. (4) Run ids: 16 bytes where they are UUIDs. (5) What few have: part of the token, a moment. Whoever compresses
/// the whole gets columns that repeat almost for nothing.
/// </summary>
internal static class ChildColumns
{
    /// <summary>Children of one parent, at most: as many as fit into the largest request, and not so many that what is read could fill the memory. Their texts have a bound of their own (<see cref="TextBudget"/>).</summary>
    public const int MostChildren = 500_000;

    internal const byte Version = 1;
    internal const byte PolicyBits = 0b11;
    internal const byte CancelBit = 1 << 2;
    internal const byte MovedBit = 1 << 3;
    internal const byte NarrowedBit = 1 << 4;
    internal const byte LostBit = 1 << 5;
    internal const byte StartedBit = 1 << 6;

    /// <summary>Strict: a text that would come back as another one is no text.</summary>
    internal static readonly UTF8Encoding Text = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="InvalidOperationException">There are more than can be read again.</exception>
    public static void Write(IReadOnlyList<ChildSnapshot> children, ColumnWriter into)
    {
        var texts = new TextBudget();
        var (flags, ids, revisions) = (new ColumnWriter(), new TextColumn(texts), new ColumnWriter());
        var (firstRuns, runs) = (new RunIdColumns(texts), new RunIdColumns(texts));
        var (narrowings, lost) = (new ColumnWriter(), new ColumnWriter());
        var (names, epochs, fingerprints) = (new TextColumn(texts), new ColumnWriter(), new TextColumn(texts));
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        var (revision, lostAt) = (0L, 0L);
        foreach (var child in children)
        {
            flags.Byte((byte)((byte)child.Policy
                | (child.CancelWithParent ? CancelBit : 0)
                | (child.RunId is null ? 0 : MovedBit)
                | (child.Hosts is null && child.Scopes is null ? 0 : NarrowedBit)
                | (child.LostAt is null ? 0 : LostBit)
                | (child.StartedWith is null ? 0 : StartedBit)));
            ids.Add(child.Id);
            revisions.Signed(child.SentRevision - revision);
            revision = child.SentRevision;
            firstRuns.Add(child.FirstRunId);
            if (child.RunId is { } run)
                runs.Add(run);
            if (child.Hosts is not null || child.Scopes is not null)
            {
                var narrowing = JsonSerializer.Serialize(new Narrowing(child.Hosts, child.Scopes));
                known.TryAdd(narrowing, known.Count);
                narrowings.Unsigned((ulong)known[narrowing]);
            }

            if (child.StartedWith is { } reference)
            {
                names.Add(reference.Name);
                epochs.Signed(reference.Epoch);
                fingerprints.Add(reference.Fingerprint);
            }

            if (child.LostAt is { } moment)
            {
                lost.Signed(moment.UtcTicks - lostAt);
                lostAt = moment.UtcTicks;
            }
        }

        var narrowingsJson = Encoding.UTF8.GetBytes($"[{string.Join(',', known.OrderBy(k => k.Value).Select(k => k.Key))}]");
        texts.TakeJson(narrowingsJson);
        if (children.Count > MostChildren || texts.IsExceeded)
            throw new InvalidOperationException($"{children.Count} children are more than one workflow can take to its next run: {MostChildren}, with {TextBudget.Most >> 20} MiB of ids and other texts together.");
        into.Byte(Version);
        into.Unsigned((ulong)children.Count);
        into.Column(flags);
        ids.WriteTo(into);
        into.Column(revisions);
        firstRuns.WriteTo(into);
        runs.WriteTo(into);
        into.Column(narrowings);
        into.Column(narrowingsJson);
        into.Column(lost);
        names.WriteTo(into);
        into.Column(epochs);
        fingerprints.WriteTo(into);
    }

    /// <exception cref="InvalidDataException">They are none, or more than <see cref="MostChildren"/> or <see cref="TextBudget.Most"/> allow.</exception>
    public static IReadOnlyList<ChildSnapshot> Read(ReadOnlySpan<byte> block)
    {
        var reader = new ColumnReader(block);
        if (reader.Byte() != Version)
            throw new InvalidDataException("The children are of a newer version.");
        var count = reader.Unsigned();
        var flags = reader.Column();
        if (count > MostChildren || (ulong)flags.Length != count)
            throw new InvalidDataException("The number of children is not that of their flags.");
        var texts = new TextBudget();
        var ids = new TextColumnReader(ref reader, texts);
        var revisions = reader.Column();
        var firstRuns = new RunIdReader(ref reader, texts);
        var runs = new RunIdReader(ref reader, texts);
        var narrowed = reader.Column();
        var narrowings = Narrowings(reader.Column().Rest, texts);
        var lost = reader.Column();
        var names = new TextColumnReader(ref reader, texts);
        var epochs = reader.Column();
        var fingerprints = new TextColumnReader(ref reader, texts);
        reader.End();

        var children = new List<ChildSnapshot>((int)count);
        var (revision, lostAt) = (0L, 0L);
        for (var i = 0; i < (int)count; i++)
        {
            var flag = flags.Byte();
            if (flag >= StartedBit << 1)
                throw new InvalidDataException("A child has a flag of a newer version.");
            var narrowing = (flag & NarrowedBit) == 0 ? null : narrowings[narrowed.Index(narrowings.Count)];
            children.Add(new()
            {
                Id = ids.Next(),
                Policy = (ApiTokenPolicy)(flag & PolicyBits),
                CancelWithParent = (flag & CancelBit) != 0,
                SentRevision = revision += revisions.Signed(),
                FirstRunId = firstRuns.Next(),
                RunId = (flag & MovedBit) == 0 ? null : runs.Next(),
                Hosts = narrowing?.Hosts,
                Scopes = narrowing?.Scopes,
                StartedWith = (flag & StartedBit) == 0 ? null : new(names.Next(), epochs.Signed(), fingerprints.Next()),
                LostAt = (flag & LostBit) == 0 ? null : Moment(lostAt += lost.Signed()),
            });
        }

        ids.End();
        revisions.End();
        firstRuns.End();
        runs.End();
        narrowed.End();
        lost.End();
        names.End();
        epochs.End();
        fingerprints.End();
        return children;
    }

    private static DateTimeOffset Moment(long ticks) =>
        ticks >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks ? new(ticks, TimeSpan.Zero) : throw new InvalidDataException("A child was lost at no time.");

    private static List<Narrowing> Narrowings(ReadOnlySpan<byte> json, TextBudget texts)
    {
        try
        {
            texts.TakeJson(json);
            texts.Check();
            return JsonSerializer.Deserialize<List<Narrowing>>(json) is { } read && read.TrueForAll(n => n is not null) ? read : throw new InvalidDataException("What children get of the token cannot be read.");
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException)
        {
            throw new InvalidDataException("What children get of the token cannot be read.", e);
        }
    }

    /// <summary>The part of the token that a child gets. Many have the same.</summary>
    private sealed record Narrowing([property: JsonPropertyName("h")] AllowedHosts? Hosts, [property: JsonPropertyName("o")] IReadOnlyList<string>? Scopes);
}
