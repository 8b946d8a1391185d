using System.Runtime.InteropServices;

namespace Mandate.Identity.Keys;

/// <summary>What became of looking for a key.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct KeyLookup
{
    private KeyLookup(EcKey? key, bool isPending) => (Key, IsPending) = (key, isPending);

    /// <summary>There is no such key.</summary>
    public static KeyLookup Unknown => default;

    /// <summary>It is not known yet whether there is: keys are being fetched, or could not be.</summary>
    public static KeyLookup Pending { get; } = new(null, isPending: true);

    public EcKey? Key { get; }

    public bool IsPending { get; }

    public static KeyLookup Found(EcKey key) => new(key, isPending: false);
}
