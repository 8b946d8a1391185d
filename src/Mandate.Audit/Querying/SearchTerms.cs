using System.Buffers;
using System.Text;
using Mandate.Audit.Canonical;

namespace Mandate.Audit.Querying;

/// <summary>
/// What an event is found by: one 64-bit number for each field that can be searched exactly and for each word of its metadata. The tenant is part of every number, so an index over
/// them never mixes tenants. Two texts may share a number; a search therefore looks at the events themselves before it returns them.
/// </summary>
internal static class SearchTerms
{
    private const ulong Basis = 14_695_981_039_346_656_037;
    private const ulong Prime = 1_099_511_628_211;

    /// <summary>The terms of an event, each once.</summary>
    public static long[] Of(AuditEntry entry)
    {
        var seed = Hash(Basis, entry.Tenant);
        var terms = new HashSet<long>
        {
            Term(seed, 't', entry.Type),
            Term(seed, 'a', entry.Action),
            Term(seed, 'r', entry.Result.ToCanonical()),
            Term(seed, 'k', entry.Resource.Type),
            Term(seed, 'i', entry.Resource.Id),
            Term(seed, 'y', entry.Actor.Type),
            Term(seed, 'u', entry.Actor.Id),
        };
        foreach (var (_, value) in entry.Metadata)
        {
            foreach (var word in Words.In(value))
                terms.Add(Word(seed, value.AsSpan(word)));
        }

        return [.. terms];
    }

    /// <summary>The terms every event of the answer must have; empty when the query has no filter but time.</summary>
    public static IReadOnlyList<long> Of(string tenant, AuditQuery query)
    {
        var seed = Hash(Basis, tenant);
        var terms = new List<long>();
        Add('t', query.Type);
        Add('a', query.Action);
        Add('r', query.Result?.ToCanonical());
        Add('k', query.ResourceType);
        Add('i', query.ResourceId);
        Add('y', query.ActorType);
        Add('u', query.ActorId);
        if (query.Text is { } text)
        {
            foreach (var word in Words.In(text))
                terms.Add(Word(seed, text.AsSpan(word)));
        }

        return terms;

        void Add(char kind, string? value)
        {
            if (value is not null)
                terms.Add(Term(seed, kind, value));
        }
    }

    private static long Term(ulong seed, char kind, string value) => (long)Hash(Step(seed, (byte)kind), value);

    private static long Word(ulong seed, ReadOnlySpan<char> word)
    {
        Span<char> folded = stackalloc char[Words.Longest];
        var length = word.ToLowerInvariant(folded);
        return (long)Hash(Step(seed, (byte)'w'), folded[..length]);
    }

    /// <summary>FNV-1a over the UTF-8 bytes, each step of which depends on all before it.</summary>
    private static ulong Hash(ulong hash, ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[256];
        while (!text.IsEmpty)
        {
            // The entry was checked before, and a query's ill-formed text must match nothing recorded; a replacement does that well enough, as events are compared afterwards.
            System.Text.Unicode.Utf8.FromUtf16(text, bytes, out var read, out var written, replaceInvalidSequences: true);
            foreach (var value in bytes[..written])
                hash = Step(hash, value);
            text = text[read..];
        }

        return Step(hash, 0xFF);
    }

    private static ulong Step(ulong hash, byte value) => (hash ^ value) * Prime;
}
