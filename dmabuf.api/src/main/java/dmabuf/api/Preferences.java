package dmabuf.api;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What several parties would take, each in an order of its own. What they said is kept, and what follows from it is found when it is asked
 * for: so it is the same in whatever order, and however often, they are brought together.
 *
 * @param <T> what they choose from
 */
final class Preferences<T extends Comparable<? super T>> {

    private static final Preferences<?> ANY = new Preferences<>(Set.of());

    /** Each the order of somebody who is not content with anything. */
    private final Set<List<T>> orders;

    private Preferences(Set<List<T>> orders) {
        this.orders = orders;
    }

    /** Nobody has said anything. */
    @SuppressWarnings("unchecked")
    static <T extends Comparable<? super T>> Preferences<T> any() {
        return (Preferences<T>) ANY;
    }

    static <T extends Comparable<? super T>> Preferences<T> of(Collection<T> inOrder) {
        return new Preferences<>(Set.of(List.copyOf(inOrder)));
    }

    boolean isAny() {
        return orders.isEmpty();
    }

    Preferences<T> and(Preferences<T> others) {
        Set<List<T>> both = new HashSet<>(orders);
        both.addAll(others.orders);
        return new Preferences<>(both);
    }

    /** The same parties, each with an order made of the one it had. */
    Preferences<T> each(Function<List<T>, List<T>> change) {
        return new Preferences<>(orders.stream().map(change).collect(Collectors.toSet()));
    }

    /**
     * What all of them take: what they like most together first, by the sum of the places that they give it, and by its own order where
     * that is the same.
     */
    List<T> common() {
        Set<T> left = new LinkedHashSet<>();
        orders.forEach(left::addAll);
        orders.forEach(left::retainAll);
        List<List<T>> ranks = orders.stream().map(order -> order.stream().filter(left::contains).toList()).toList();
        Comparator<T> byPlaces = Comparator.comparingInt(one -> ranks.stream().mapToInt(rank -> rank.indexOf(one)).sum());
        return left.stream().sorted(byPlaces.thenComparing(Comparator.naturalOrder())).toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Preferences<?> that && orders.equals(that.orders);
    }

    @Override
    public int hashCode() {
        return orders.hashCode();
    }
}
